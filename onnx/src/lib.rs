//! ONNX graphs of the network and of its training step, and the ONNX Runtime sessions that run them.
