internal import CHDF5

/// A number that datasets and attributes can hold, little-endian in the file.
package protocol HDF5Element: FixedWidthInteger, BitwiseCopyable, Sendable {
  /// The name of the type in messages, as in `uint8`.
  static var hdf5Name: String { get }
  /// The matching supported type.
  static var hdf5Type: HDF5IntegerType { get }
}

/// The integer types that are read and written.
package enum HDF5IntegerType: Sendable {
  /// An unsigned byte.
  case uint8
  /// Two bytes.
  case uint16
  /// Four bytes.
  case uint32
  /// Eight bytes.
  case uint64
  /// Eight bytes, signed.
  case int64

  var id: hid_t {
    switch self {
    case .uint8: CHDF5_H5T_STD_U8LE()
    case .uint16: CHDF5_H5T_STD_U16LE()
    case .uint32: CHDF5_H5T_STD_U32LE()
    case .uint64: CHDF5_H5T_STD_U64LE()
    case .int64: CHDF5_H5T_STD_I64LE()
    }
  }
}

extension UInt8: HDF5Element {
  /// The type's name in NumPy.
  package static var hdf5Name: String { "uint8" }
  /// The type in a file.
  package static var hdf5Type: HDF5IntegerType { .uint8 }
}
extension UInt16: HDF5Element {
  /// The type's name in NumPy.
  package static var hdf5Name: String { "uint16" }
  /// The type in a file.
  package static var hdf5Type: HDF5IntegerType { .uint16 }
}
extension UInt32: HDF5Element {
  /// The type's name in NumPy.
  package static var hdf5Name: String { "uint32" }
  /// The type in a file.
  package static var hdf5Type: HDF5IntegerType { .uint32 }
}
extension UInt64: HDF5Element {
  /// The type's name in NumPy.
  package static var hdf5Name: String { "uint64" }
  /// The type in a file.
  package static var hdf5Type: HDF5IntegerType { .uint64 }
}
extension Int64: HDF5Element {
  /// The type's name in NumPy.
  package static var hdf5Name: String { "int64" }
  /// The type in a file.
  package static var hdf5Type: HDF5IntegerType { .int64 }
}
