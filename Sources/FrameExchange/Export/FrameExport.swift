internal import EventData
internal import FileAccess
public import FrameCache
public import SystemPackage
public import Threads

/// Writes the frames of a cache as files that NumPy reads.
public struct FrameExport: Sendable {
  /// How the files are arranged.
  public enum Layout: Sendable {
    /// SpikingJelly's tree: an archive with the key `frames` for each sample.
    case spikingJelly(isCompressed: Bool)
    /// An array of all frames for each split, with arrays of labels, names and numbers of frames.
    case arrays
  }

  let cache: FrameCache
  let root: FilePath
  let layout: Layout
  let replacesExisting: Bool
  let threadCount: Int
  let observer: WorkObserver

  /// Describes the work.
  ///
  /// - Parameters:
  ///   - cache: The cache.
  ///   - root: The folder in which the new folder appears; for SpikingJelly, its root.
  ///   - layout: How the files are arranged.
  ///   - replacesExisting: Whether a folder of the new one's name may be replaced.
  ///   - threadCount: Number of threads.
  ///   - observer: Receives progress, and can cancel the work.
  public init(
    _ cache: FrameCache, to root: FilePath, _ layout: Layout, replacesExisting: Bool,
    threadCount: Int, observer: WorkObserver
  ) {
    self.cache = cache
    self.root = root
    self.layout = layout
    self.replacesExisting = replacesExisting
    self.threadCount = threadCount
    self.observer = observer
  }

  /// The new folder, named after the split rule as SpikingJelly does.
  public var destination: FilePath { root.appending(cache.settings.split.folderName) }

  /// Writes the files; the folder appears when all are complete.
  ///
  /// - Throws: ``FrameCache/FrameCacheError``; an existing folder then stays.
  public func run() throws(FrameCacheError) -> ExportReport {
    try FrameDecoder.requireMemory(for: cache)
    try requireRoom()
    let folder = try ExportFolder(destination, replacesExisting: replacesExisting)
    var warnings: [String] = []
    switch layout {
    case .spikingJelly(let isCompressed):
      warnings = try writeTree(folder, isCompressed: isCompressed)
    case .arrays: try writeArrays(folder)
    }
    try folder.publish(replacing: replacesExisting)
    if case .spikingJelly = layout, try makeEventFolder() {
      warnings.append(
        "\(root.appending(Self.eventFolderName)): made without events, as SpikingJelly looks for "
          + "this folder before frames; it cannot make other frames of it")
    }
    return ExportReport(
      destination: destination, sampleCount: cache.samples.count, byteCount: folder.byteCount,
      warnings: warnings)
  }

  /// The folder of events that SpikingJelly requires, even if it reads frames only.
  static let eventFolderName = "events_np"

  /// Creates the folder of events if it is missing; returns whether it was.
  private func makeEventFolder() throws(FrameCacheError) -> Bool {
    let path = root.appending(Self.eventFolderName)
    guard !path.exists else { return false }
    do throws(FileError) { try createDirectories(path) } catch { throw FrameCacheError(error) }
    return true
  }

  /// Whether the files will fit is known in advance only if they are not compressed.
  private func requireRoom() throws(FrameCacheError) {
    if case .spikingJelly(isCompressed: true) = layout { return }
    let needed = Int64(cache.samples.count * cache.sampleCellCount * cache.elementType.byteCount)
    var existing = root
    while !existing.isDirectory, existing.parentDirectory != existing {
      existing = existing.parentDirectory
    }
    let free: Int64
    do throws(FileError) { free = try freeByteCount(in: existing) } catch {
      throw FrameCacheError(error)
    }
    guard free >= needed else {
      throw FrameCacheError(
        .file, destination, "", "the files need \(needed) bytes, but only \(free) are free")
    }
  }
}

/// What an export wrote.
public struct ExportReport: Sendable {
  /// The new folder.
  public let destination: FilePath
  /// Number of samples.
  public let sampleCount: Int
  /// Bytes of all files.
  public let byteCount: Int
  /// One line each.
  public let warnings: [String]
}
