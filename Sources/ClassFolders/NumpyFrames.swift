internal import EventData
internal import FileAccess
public import SystemPackage

/// A folder of `.npz` files, as SpikingJelly writes them: `train/CLASS/*.npz` and
/// `test/CLASS/*.npz`.
///
/// Frames can be imported; only recordings can be converted.
public struct NumpyFrames: Equatable, Sendable {
  /// The folder, as in `events_np` or `frames_number_16_split_by_number`.
  public let path: FilePath

  /// Whether the files are frames, rather than events.
  public let areFrames: Bool

  private static let eventFolderName = "events_np"

  /// Finds such a folder: the given one, or the first that it contains.
  ///
  /// - Parameter path: A folder, or a file, which contains none.
  public init?(at path: FilePath) {
    guard path.isDirectory else { return nil }
    let folders = [path] + DataSetKind.visibleNames(path).map(path.appending)
    let found = folders.filter(Self.hasClassesOfArrays)
    // Events are in a folder of this name; all others are frames.
    let frames = found.first { $0.lastComponent?.string != Self.eventFolderName }
    guard let path = frames ?? found.first else { return nil }
    self.path = path
    areFrames = frames != nil
  }

  /// What is found, what is needed instead, and where a data set lies nearby.
  public var advice: String {
    let use =
      areFrames
      ? "frames: 'dvsprep import \(path)' makes a cache of them"
      : "events: 'dvsprep convert \(path) --dataset own' makes a cache of them"
    return "\(path) contains SpikingJelly's \(use)"
      + (DataSetFolder(near: path).map { "; did you mean \($0.path)?" } ?? "")
  }

  private static func hasClassesOfArrays(_ folder: FilePath) -> Bool {
    DataSetSplit.allCases.contains { split in
      let part = folder.appending(split.rawValue)
      // One class tells; all classes of a large set would take a while.
      guard
        let name = DataSetKind.visibleNames(part).first(where: { part.appending($0).isDirectory })
      else {
        return false
      }
      return DataSetKind.visibleNames(part.appending(name)).contains { $0.hasSuffix(".npz") }
    }
  }
}
