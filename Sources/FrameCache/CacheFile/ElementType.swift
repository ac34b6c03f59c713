internal import HDF5

/// How a cache stores the counts of events.
public enum ElementType: Int, Sendable {
  /// One byte each, if no count in the cache exceeds 255.
  case uint8 = 1
  /// Two bytes each, little-endian.
  case uint16 = 2

  /// Bytes per count.
  public var byteCount: Int { rawValue }

  /// The type's name in NumPy and HDF5.
  public var name: String { self == .uint8 ? "uint8" : "uint16" }

  var hdf5Type: HDF5IntegerType { self == .uint8 ? .uint8 : .uint16 }
}
