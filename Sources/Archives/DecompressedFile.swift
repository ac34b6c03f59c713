internal import FileAccess
internal import SystemPackage

/// A file's bytes from start to end, decompressed if it is a gzip file.
///
/// libarchive can decompress gzip itself, but more slowly, and without verifying the checksum.
@safe final class DecompressedFile {
  /// Whether the file is compressed with gzip.
  let isCompressed: Bool

  /// The number of bytes that have been read.
  private(set) var position: Int

  /// The defect in what has been read so far; `nil` when there is none.
  private(set) var defect: String?

  /// Whether the file ends before the end of its gzip stream.
  private(set) var isCut = false

  /// Whether the caller asked to stop; nothing more is read then.
  private(set) var wasCancelled = false

  /// States from which decompression can be resumed.
  private(set) var points = ResumptionPoints()

  private var input: FileInput
  private let inflater: any Inflater
  /// Whether the next byte of the input belongs to a member, rather than to what is behind the
  /// last.
  private var isInMember: Bool
  private let isCancelled: () -> Bool

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - inflater: Decompresses it.
  ///   - isCancelled: Returns whether to stop; called for each read.
  /// - Throws: `Errno` when it cannot be opened.
  init(
    _ path: FilePath, inflater: any Inflater = FastestInflater(),
    isCancelled: @escaping () -> Bool
  ) throws(Errno) {
    var input = try FileInput(path)
    isCompressed = try Self.isMember(&input)
    isInMember = isCompressed
    position = 0
    self.input = input
    self.inflater = inflater
    self.isCancelled = isCancelled
  }

  /// Opens a file at a point that an earlier pass kept.
  init(
    _ path: FilePath, at point: ResumptionPoints.Point, isCancelled: @escaping () -> Bool
  ) throws(Errno) {
    input = try FileInput(path, from: point.filePosition)
    isCompressed = true
    isInMember = true
    position = point.position
    inflater = point.inflater.copy()
    self.isCancelled = isCancelled
  }

  /// Opens a file that is not compressed at a position.
  init(
    _ path: FilePath, at position: Int, isCancelled: @escaping () -> Bool
  ) throws(Errno) {
    input = try FileInput(path, from: position)
    isCompressed = false
    isInMember = false
    self.position = position
    inflater = FastestInflater()
    self.isCancelled = isCancelled
  }

  /// The hash of the file, after its end has been reached; of no use if it was opened elsewhere
  /// than at its start.
  var contentHash: UInt64 { input.contentHash }

  /// Reads as many bytes as the target has, or as there are.
  ///
  /// - Returns: The number of bytes, 0 at the end; negative when the file is damaged or the caller
  ///   asked to stop.
  func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    guard !isCancelled() else {
      wasCancelled = true
      return -1
    }
    do throws(Errno) {
      let count = unsafe isCompressed ? try inflate(into: target) : try copy(into: target)
      position += max(0, count)
      return count
    } catch {
      defect = error.description
      return -1
    }
  }

  private func copy(into target: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    try input.fill(atLeast: 1)
    let count = min(input.byteCount, target.count)
    // Safe: the target has at least as many bytes.
    unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: input.bytes[..<count]))
    input.use(count)
    return count
  }

  private func inflate(into target: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    var count = 0
    while isInMember && count < target.count {
      try input.fill(atLeast: 1)
      // Safe: the inflater writes only to the rest of the target.
      let step = unsafe inflater.inflate(
        input.bytes, into: UnsafeMutableRawBufferPointer(rebasing: target[count...]))
      input.use(step.consumedByteCount)
      count += step.producedByteCount
      switch step.outcome {
      case .inMember:
        keepPoint(at: position + count)
        // Without input, and with room for output, there is no more to come.
        if input.byteCount == 0 && step.producedByteCount == 0 {
          try input.fill(atLeast: 1)
          guard input.byteCount > 0 else {
            isCut = true
            defect = "the file ends inside its gzip stream"
            return -1
          }
        }
      case .memberEnd:
        isInMember = try Self.isMember(&input)
        if isInMember { inflater.startMember() }
      case .defect(let reason):
        defect = "the gzip stream is damaged before byte \(input.position): \(reason)"
        return -1
      }
    }
    if count == 0 { try skipRest() }
    return count
  }

  private func keepPoint(at position: Int) {
    guard position >= points.nextPosition else { return }
    points.add(
      ResumptionPoints.Point(
        position: position, filePosition: input.position, inflater: inflater.copy()))
  }

  /// Reads what is behind the last member, which gzip ignores, too: often zeros.
  private func skipRest() throws(Errno) {
    while input.byteCount > 0 {
      input.use(input.byteCount)
      try input.fill(atLeast: 1)
    }
  }

  /// Whether the next bytes are the start of a member of a gzip file.
  private static func isMember(_ input: inout FileInput) throws(Errno) -> Bool {
    // An inflater needs a member's whole header at once.
    try input.fill(atLeast: FileInput.capacity)
    // Safe: the second byte is read only if there is one.
    return unsafe input.byteCount >= 2 && input.bytes[0] == 0x1F && input.bytes[1] == 0x8B
  }
}
