internal import EventData
internal import FileAccess
internal import FrameCache
internal import SystemPackage

/// The files of a tree of class folders.
struct TreeListing {
  /// A file of a sample.
  struct File {
    let split: DataSetSplit
    /// The name of its class folder.
    let className: String
    /// Its path in the tree.
    let fileName: String
    /// The sample's name.
    var name: String
    /// Number of its frames, once the header has been read.
    var frameCount = 0
  }

  static let suffix = ".npz"

  /// The files, by split, class folder and name.
  var files: [File] = []
  /// The names of the class folders, sorted by their bytes.
  private(set) var classNames: [String] = []
  private var extra: [String] = []
  private let path: FilePath

  /// Lists the tree.
  ///
  /// - Throws: ``FrameCacheError`` if a folder cannot be read.
  init(_ path: FilePath) throws(FrameCacheError) {
    self.path = path
    var classes: Set<String> = []
    for part in try Self.names(in: path) {
      guard let split = DataSetSplit(rawValue: part), path.appending(part).isDirectory else {
        extra.append(part)
        continue
      }
      for name in try Self.names(in: path.appending(part)) {
        let folder = path.appending(part).appending(name)
        guard folder.isDirectory else {
          extra.append("\(part)/\(name)")
          continue
        }
        classes.insert(name)
        try list(folder, split, name)
      }
    }
    files.sort { $0.split == .train && $1.split == .test }
    classNames = classes.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
  }

  private mutating func list(
    _ folder: FilePath, _ split: DataSetSplit, _ className: String
  ) throws(FrameCacheError) {
    for name in try Self.names(in: folder) {
      if name.hasSuffix(Self.suffix) && name.utf8.count > Self.suffix.utf8.count {
        files.append(
          File(
            split: split, className: className, fileName: "\(split.rawValue)/\(className)/\(name)",
            name: String(name.dropLast(Self.suffix.count))))
      } else {
        extra.append("\(split.rawValue)/\(className)/\(name)")
      }
    }
  }

  /// A warning of files that are none of a sample.
  var warnings: [String] {
    guard let first = extra.first else { return [] }
    let more = extra.count > 1 ? " and \(extra.count - 1) more" : ""
    return ["\(path): \(first)\(more): not frames of a sample, left out"]
  }

  /// The names in a folder except hidden ones.
  static func names(in folder: FilePath) throws(FrameCacheError) -> [String] {
    do throws(FileError) {
      return try namesInDirectory(folder).filter { !$0.hasPrefix(".") }
    } catch {
      throw FrameCacheError(error)
    }
  }
}
