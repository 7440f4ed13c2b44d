//! CRC-32 as in IEEE 802.3.

/// Computes the checksum of some bytes.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, &byte| (crc >> 8) ^ TABLE[((crc ^ u32::from(byte)) & 0xFF) as usize])
}

const TABLE: [u32; 256] = {
    let mut table = [0u32; 256];
    let mut i = 0;
    while i < 256 {
        let (mut word, mut bit) = (i as u32, 0);
        while bit < 8 {
            word = if word & 1 == 1 { 0xEDB8_8320 ^ (word >> 1) } else { word >> 1 };
            bit += 1;
        }
        table[i] = word;
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    #[test]
    fn equals_the_check_value_of_the_standard() {
        assert_eq!(super::crc32(b"123456789"), 0xCBF4_3926);
    }
}
