internal import EventData
internal import FileAccess
internal import SystemPackage

/// How a folder contains frames.
enum FrameLayout {
  /// SpikingJelly's tree.
  case spikingJelly
  /// An array of all frames of a split.
  case arrays
  /// tonic's files of one sample each.
  case tonic

  /// Recognises a folder by its first files; `nil` if it contains no frames.
  init?(of folder: FilePath) {
    for split in DataSetSplit.allCases {
      let part = folder.appending(split.rawValue)
      if part.appending(ArrayNames.frames).isRegularFile {
        self = .arrays
        return
      }
      for name in Self.names(part) where part.appending(name).isDirectory {
        if Self.names(part.appending(name)).contains(where: { $0.hasSuffix(TreeListing.suffix) }) {
          self = .spikingJelly
          return
        }
      }
    }
    guard let listing = try? TonicListing(folder), !listing.files.isEmpty else { return nil }
    self = .tonic
  }

  private static func names(_ folder: FilePath) -> [String] {
    guard folder.isDirectory else { return [] }
    return ((try? namesInDirectory(folder)) ?? []).filter { !$0.hasPrefix(".") }
  }
}
