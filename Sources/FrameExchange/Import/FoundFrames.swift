public import EventData
internal import FileAccess
public import FrameCache
public import SystemPackage

/// Frames of another program in a folder: SpikingJelly's tree, tonic's files or NumPy's arrays.
public struct FoundFrames: Sendable {
  let frames: any ForeignFrames

  /// Finds the frames: the given folder, or the only one in it that fits the choice.
  ///
  /// - Parameters:
  ///   - path: A folder of frames, or one that contains such folders, as SpikingJelly's root.
  ///   - choice: Which folder to take of several, and what a folder's name does not tell.
  ///   - reading: How tonic's files are read.
  /// - Throws: ``FrameCache/FrameCacheError`` with what was found instead, or with the file that is
  ///   odd.
  public init(
    at path: FilePath, _ choice: FrameChoice, _ reading: ForeignReading
  ) throws(FrameCacheError) {
    let (folder, layout) = try Self.chosenFolder(path, choice)
    let named = folder.lastComponent.flatMap { FrameSplit(folderName: $0.string) }
    let split: (Int) throws(FrameCacheError) -> FrameSplit = { frameCount throws(FrameCacheError) in
      if let named { return named }
      if let split = choice.split(frameCount: frameCount) { return split }
      throw FrameCacheError(
        .source, folder, "",
        "the folder's name does not tell how the frames were made: give --split-by number, "
          + "--split-by time or --duration")
    }
    switch layout {
    case .spikingJelly: frames = try SpikingJellyTree(folder, split)
    case .arrays: frames = try ArrayFolder(folder, split)
    case .tonic: frames = try TonicFolder(folder, reading, split)
    }
    guard choice.frameCount.map({ $0 == frames.frameCount }) ?? true else {
      throw FrameCacheError(
        .source, folder, "", "T \(choice.frameCount ?? 0) expected, \(frames.frameCount) found")
    }
  }

  /// The folder of the frames.
  public var path: FilePath { frames.path }

  /// The program, as in `SpikingJelly`.
  public var program: String { frames.program }

  /// The files that are read.
  public var inputs: [FilePath] { frames.sources.paths }

  /// How the frames were made.
  public var split: FrameSplit { frames.split }

  /// What is odd about the files, one line each.
  public var warnings: [String] { frames.warnings }

  private static func chosenFolder(
    _ path: FilePath, _ choice: FrameChoice
  ) throws(FrameCacheError) -> (FilePath, FrameLayout) {
    if let layout = FrameLayout(of: path) {
      let folder: FilePath
      do throws(FileError) { folder = try path.withLastName() } catch {
        throw FrameCacheError(error)
      }
      guard choice.fits(folder.lastComponent?.string ?? "") else {
        throw FrameCacheError(
          .source, folder, "",
          "the folder's name tells how the frames were made, otherwise than -T, --split-by or "
            + "--duration: leave them out")
      }
      return (folder, layout)
    }
    var found: [(FilePath, FrameLayout)] = []
    for name in try TreeListing.names(in: path) where name != FrameExport.eventFolderName {
      let folder = path.appending(name)
      if let layout = FrameLayout(of: folder) { found.append((folder, layout)) }
    }
    let fitting = found.filter { choice.fits($0.0.lastComponent?.string ?? "") }
    if fitting.count == 1 { return fitting[0] }
    let names = found.compactMap { $0.0.lastComponent?.string }.joined(separator: ", ")
    let expected = "train/CLASS/*.npz of SpikingJelly, train/frames.npy, or tonic's train/*.hdf5"
    throw FrameCacheError(
      .source, path, "",
      found.isEmpty
        ? "a folder of frames expected (\(expected)), none found"
        : fitting.isEmpty
          ? "no frames of these options found, only \(names)"
          : "one folder of frames expected, \(names) found: name one, or give -T, --split-by or "
            + "--duration")
  }
}

/// Which frames to take of several, and what their folder does not tell.
public struct FrameChoice: Sendable {
  /// T; `nil` for any.
  public var frameCount: Int?
  /// Whether frames have equal duration rather than equal numbers of events; `nil` for either.
  public var isByTime: Bool?
  /// The duration of a frame in microseconds; `nil` if T is fixed.
  public var durationMicroseconds: Int64?

  /// Describes frames.
  public init(frameCount: Int? = nil, isByTime: Bool? = nil, durationMicroseconds: Int64? = nil) {
    self.frameCount = frameCount
    self.isByTime = isByTime
    self.durationMicroseconds = durationMicroseconds
  }

  /// The rule, for frames of a known T; `nil` if it is not given.
  func split(frameCount: Int) -> FrameSplit? {
    if let durationMicroseconds { return .duration(microseconds: durationMicroseconds) }
    return isByTime.map { $0 ? .time(frameCount: frameCount) : .number(frameCount: frameCount) }
  }

  /// Whether a folder's name is that of such frames, or tells nothing.
  func fits(_ name: String) -> Bool {
    switch FrameSplit(folderName: name) {
    case .number(let count):
      (frameCount ?? count) == count && isByTime != true && durationMicroseconds == nil
    case .time(let count):
      (frameCount ?? count) == count && isByTime != false && durationMicroseconds == nil
    case .duration(let microseconds):
      (durationMicroseconds ?? microseconds) == microseconds && frameCount == nil && isByTime == nil
    case nil: true
    }
  }
}
