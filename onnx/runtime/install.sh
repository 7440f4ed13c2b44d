#!/bin/sh
# Puts ONNX Runtime's shared library where the binary looks for it: <project>/.runtime/onnxruntime/lib.
#
# The library comes from the pinned PyPI wheel `onnxruntime`; pip refuses a file whose SHA-256 differs.
# Running it again does nothing; a half-finished run leaves nothing behind (the folder appears by one rename).
#
#   onnx/runtime/install.sh [--force]
#
# Needs: sh, Python 3 with pip, and a package index that pip can reach. Where ORT_DYLIB_PATH names a library nothing is fetched:
# the binary loads that one.
set -eu

VERSION=1.31.1
SHA_X86_64=5752bd508126ae7c49894d3b9d2e83f0c3d487319246d04c444b393308d7ad7f
SHA_AARCH64=da05378364c44d4407e463982d2bf8d5e4cfea873283757e48beeb41df97b7f3

die() {
    echo "onnx/runtime/install.sh: $*" >&2
    exit 1
}

if [ "${1:-}" != --force ] && [ -n "${ORT_DYLIB_PATH:-}" ]; then
    [ -f "$ORT_DYLIB_PATH" ] || die "ORT_DYLIB_PATH names $ORT_DYLIB_PATH, which is no file; correct or unset it"
    echo "ORT_DYLIB_PATH names $ORT_DYLIB_PATH: nothing to install"
    exit 0
fi

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
target="$root/.runtime/onnxruntime"
[ "$(uname -s)" = Linux ] || die "no pinned ONNX Runtime for $(uname -s); install onnxruntime $VERSION yourself and set ORT_DYLIB_PATH to its shared library"
case "$(uname -m)" in
x86_64 | amd64) arch=x86_64 sha=$SHA_X86_64 ;;
aarch64 | arm64) arch=aarch64 sha=$SHA_AARCH64 ;;
*) die "no pinned ONNX Runtime for $(uname -m); install onnxruntime $VERSION yourself and set ORT_DYLIB_PATH to its shared library" ;;
esac
stamp="$VERSION $sha"

if [ "${1:-}" != --force ] && [ -f "$target/STAMP" ] && [ "$(cat "$target/STAMP")" = "$stamp" ] &&
    [ -f "$target/lib/libonnxruntime.so.$VERSION" ]; then
    exit 0
fi

python=${PYTHON:-python3}
"$python" -m pip --version >/dev/null 2>&1 || die "'$python -m pip' does not run; install Python 3 with pip (Debian: apt-get install python3-pip)"

mkdir -p "$root/.runtime"
work=$(mktemp -d "$root/.runtime/install.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

echo "onnxruntime==$VERSION --hash=sha256:$sha" >"$work/requirements.txt"
echo "Fetching onnxruntime $VERSION ($arch) from the package index"
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
    --python-version 3.11 --implementation cp --platform "manylinux_2_28_$arch" \
    --require-hashes --dest "$work/wheel" -r "$work/requirements.txt" ||
    die "pip could not fetch onnxruntime $VERSION with the pinned hash; check the network and pip's index settings, or set ORT_DYLIB_PATH to a library you have"

"$python" - "$work" "$VERSION" <<'PYTHON'
"""Unpacks the shared libraries and the licences of the downloaded wheel."""
import pathlib, sys, zipfile

work, version = pathlib.Path(sys.argv[1]), sys.argv[2]
lib = work / "tree" / "lib"
lib.mkdir(parents=True)
with zipfile.ZipFile(next((work / "wheel").glob("*.whl"))) as wheel:
    for name in wheel.namelist():
        leaf = name.rsplit("/", 1)[-1]
        if "/capi/libonnxruntime" in name:
            (lib / leaf).write_bytes(wheel.read(name))
        elif leaf in ("LICENSE", "ThirdPartyNotices.txt"):
            (work / "tree" / leaf).write_bytes(wheel.read(name))
real = lib / f"libonnxruntime.so.{version}"
if not real.is_file():
    sys.exit(f"the wheel holds no {real.name}")
(lib / "libonnxruntime.so").symlink_to(real.name)
PYTHON

echo "$stamp" >"$work/tree/STAMP"
[ ! -e "$target" ] || mv "$target" "$work/old"
# Of two installers running at once the loser finds the winner's folder in place and leaves it there.
mv -T "$work/tree" "$target" 2>/dev/null || [ -f "$target/STAMP" ] || die "could not move the unpacked runtime to $target"
echo "ONNX Runtime $VERSION is in $target/lib"
