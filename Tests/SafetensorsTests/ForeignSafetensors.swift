/// A file that the Python package safetensors wrote.
enum ForeignSafetensors {
  /// The bytes that `safetensors.torch.save` (safetensors 0.8.0, PyTorch 2.13) writes for a tensor
  /// of each type.
  static let bytes: [UInt8] = {
    let header =
      #"{"__metadata__":{"a":"b","note":"a \"quoted\" \n ünï"},"#
      + #""count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"#
      + #""f64":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},"#
      + #""empty":{"dtype":"F32","shape":[0,3],"data_offsets":[16,16]},"#
      + #""f32":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]},"#
      + #""bf16":{"dtype":"BF16","shape":[3],"data_offsets":[32,38]},"#
      + #""f16":{"dtype":"F16","shape":[5],"data_offsets":[38,48]},"#
      + #""u8":{"dtype":"U8","shape":[3],"data_offsets":[48,51]}}    "#
    let data: [UInt8] = [
      7, 0, 0, 0, 0, 0, 0, 0, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F, 0, 0, 0xC0, 0x3F, 0,
      0, 0, 0x80, 0, 0, 0x80, 0x7F, 1, 0, 0, 0, 0xC0, 0x3F, 0, 0xC0, 0x62, 0x7F, 0, 0x3E, 0, 0xC0,
      1, 0, 0xFF, 0x7B, 0, 0x7C, 1, 2, 3,
    ]
    return rawSafetensors(Array(header.utf8), data: data)
  }()

  /// The size of its data in bytes.
  static let dataByteCount = 51
}
