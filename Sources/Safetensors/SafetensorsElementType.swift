/// The type of a tensor's elements; the raw value is its name in the format.
///
/// Source: huggingface/safetensors, "Format", and `enum Dtype` of its Rust crate; types smaller
/// than a byte are left out.
package enum SafetensorsElementType: String, CaseIterable, Sendable {
  /// A Boolean in a byte.
  case bool = "BOOL"
  /// An unsigned byte.
  case uint8 = "U8"
  /// A signed byte.
  case int8 = "I8"
  /// 8-bit floating point, 5 bits of exponent.
  case float8e5m2 = "F8_E5M2"
  /// 8-bit floating point, 4 bits of exponent.
  case float8e4m3 = "F8_E4M3"
  /// 8-bit power of two.
  case float8e8m0 = "F8_E8M0"
  /// Two bytes, unsigned.
  case uint16 = "U16"
  /// Two bytes, signed.
  case int16 = "I16"
  /// IEEE 754 binary16.
  case float16 = "F16"
  /// The upper half of a binary32.
  case bfloat16 = "BF16"
  /// Four bytes, unsigned.
  case uint32 = "U32"
  /// Four bytes, signed.
  case int32 = "I32"
  /// IEEE 754 binary32.
  case float32 = "F32"
  /// Eight bytes, unsigned.
  case uint64 = "U64"
  /// Eight bytes, signed.
  case int64 = "I64"
  /// IEEE 754 binary64.
  case float64 = "F64"
  /// Two binary32: real and imaginary part.
  case complex64 = "C64"

  /// The size of an element in bytes.
  package var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8, .float8e5m2, .float8e4m3, .float8e8m0: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64, .complex64: 8
    }
  }
}
