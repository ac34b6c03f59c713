internal import EventData
internal import FrameCache

/// A frame cache that a caller of the C interface has open.
final class OpenCache: InterfaceObject {
  let cache: FrameCache
  private var decoder: FrameDecoder

  init(_ cache: FrameCache) {
    self.cache = cache
    decoder = FrameDecoder(cache)
  }

  /// A split by its number in the C interface.
  static func split(_ number: Int32) throws(InterfaceError) -> DataSetSplit {
    switch number {
    case 0: return .train
    case 1: return .test
    default: throw InterfaceError("split 0 (train) or 1 (test) expected, \(number) found")
    }
  }

  /// A sample by its number in a split.
  func sample(_ split: DataSetSplit, _ number: Int64) throws(InterfaceError) -> SampleIndex {
    let count = cache.sampleCount(in: split)
    guard number >= 0, number < count else {
      throw InterfaceError(
        "\(cache.path): \(split.rawValue): a sample from 0 to \(count - 1) expected, "
          + "\(number) found")
    }
    return SampleIndex(split, Int(number))
  }

  /// Decodes the frames of a sample into the caller's memory.
  func decode(
    _ sample: SampleIndex, as type: BatchElementType, into memory: UnsafeMutableRawBufferPointer
  ) throws {
    try unsafe decoder.decode(sample, as: type, into: memory)
  }
}

extension BatchElementType {
  /// The type with a number in the C interface.
  init(interfaceNumber: Int32) throws(InterfaceError) {
    switch interfaceNumber {
    case 1: self = .uint8
    case 2: self = .uint16
    case 4: self = .float32
    default:
      throw InterfaceError(
        "type 1 (uint8), 2 (uint16) or 4 (float32) expected, \(interfaceNumber) found")
    }
  }
}
