internal import EventData
internal import FileAccess
internal import Glibc
internal import SystemPackage

/// The content of an archive's member, unpacked as it is needed.
///
/// Memory is reserved for all of it, but taken only for what is loaded.
@safe final class MemberBytes: LoadableBytes, @unchecked Sendable {
  private let map: ArchiveMap
  private let range: Range<Int>
  private let keepsAll: Bool
  private let isCancelled: @Sendable () -> Bool
  private let memory: UnsafeMutableRawBufferPointer
  /// The bytes that are loaded.
  private var loaded = 0..<0
  private var file: DecompressedFile?
  private lazy var unwanted = [UInt8](repeating: 0, count: 1 << 18)

  /// Reserves memory.
  ///
  /// - Parameters:
  ///   - map: The archive.
  ///   - range: The member's content in the decompressed archive.
  ///   - keepsAll: Whether ``release(_:)`` does nothing.
  ///   - isCancelled: Returns whether to stop.
  init(
    _ map: ArchiveMap, _ range: Range<Int>, keepsAll: Bool = false,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws(DataSetError) {
    self.map = map
    self.range = range
    self.keepsAll = keepsAll
    self.isCancelled = isCancelled
    // Safe: the mapping is private to this object, and unmapped in `deinit` only.
    let address = unsafe mmap(
      nil, max(1, range.count), PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard unsafe address != MAP_FAILED else {
      throw DataSetError(
        FileError(
          map.path, "has a member of \(range.count) bytes, for which no address space is left",
          Errno(rawValue: Glibc.errno)))
    }
    unsafe memory = UnsafeMutableRawBufferPointer(start: address, count: range.count)
  }

  deinit {
    // Safe: see `init`.
    unsafe munmap(memory.baseAddress, max(1, memory.count))
  }

  var byteCount: Int { range.count }

  func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Safe: the memory lives as long as this object, which the caller holds.
    try body(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(memory)))
  }

  func populate(_ wanted: Range<Int>) throws(DataSetError) {
    let wanted = wanted.clamped(to: 0..<range.count)
    if !loaded.contains(wanted.lowerBound) && wanted.lowerBound != loaded.upperBound {
      loaded = wanted.lowerBound..<wanted.lowerBound
    }
    while loaded.upperBound < wanted.upperBound {
      let file = try map.file(
        before: range.lowerBound + loaded.upperBound, file, isCancelled: isCancelled)
      self.file = file
      try skip(to: range.lowerBound + loaded.upperBound, in: file)
      // Safe: the range lies in the memory.
      let count = unsafe file.read(
        into: UnsafeMutableRawBufferPointer(
          rebasing: memory[loaded.upperBound..<wanted.upperBound]))
      try require(count, file)
      loaded = loaded.lowerBound..<loaded.upperBound + count
    }
  }

  func release(_ released: Range<Int>) {
    if keepsAll { return }
    let start = (released.lowerBound + pageByteCount - 1) / pageByteCount * pageByteCount
    let end = min(released.upperBound, loaded.upperBound) / pageByteCount * pageByteCount
    guard start < end else { return }
    // Safe: the pages lie in the memory, and are not read before they are loaded again.
    unsafe madvise(memory.baseAddress?.advanced(by: start), end - start, MADV_DONTNEED)
    if start <= loaded.lowerBound || loaded.contains(end) {
      loaded = max(loaded.lowerBound, end)..<loaded.upperBound
    }
  }

  private func skip(to position: Int, in file: DecompressedFile) throws(DataSetError) {
    while file.position < position {
      let count = min(unwanted.count, position - file.position)
      // Safe: no more bytes are written than the array has.
      let readCount = unsafe unwanted.withUnsafeMutableBytes { bytes in
        unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
      }
      try require(readCount, file)
    }
  }

  private func require(_ readCount: Int, _ file: DecompressedFile) throws(DataSetError) {
    if readCount > 0 { return }
    if file.wasCancelled { throw .cancelled(map.path) }
    throw DataSetError(map.path, .whole, "the archive has changed since it was first read")
  }
}
