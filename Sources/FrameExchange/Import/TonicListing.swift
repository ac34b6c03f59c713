internal import EventData
internal import FileAccess
internal import FrameCache
internal import SystemPackage

/// The files of tonic's `DiskCachedDataset`: `<index>_<copy>.hdf5`, in `train/` and `test/`, or in
/// one folder, which is then the training split.
struct TonicListing {
  /// A file of a sample.
  struct File: Equatable {
    let split: DataSetSplit
    /// The sample's index in the data set.
    let index: Int
    /// Its path in the folder.
    let fileName: String
  }

  private static let suffix = ".hdf5"
  /// Far above any data set; a larger number names no sample.
  private static let indices = 0...(1 << 31)

  /// The first copy of each sample, by split and index.
  let files: [File]
  /// Missing samples, and further copies, one line each.
  let warnings: [String]

  /// Lists a folder; without files where it is none of tonic's.
  init(_ path: FilePath) throws(FrameCacheError) {
    var files: [File] = []
    var warnings: [String] = []
    var parts: [(split: DataSetSplit, prefix: String)] = DataSetSplit.allCases.filter {
      path.appending($0.rawValue).isDirectory
    }.map { ($0, "\($0.rawValue)/") }
    if parts.isEmpty { parts = [(.train, "")] }
    for (split, prefix) in parts {
      var copyCount = 0
      var found: [Int: File] = [:]
      for name in try TreeListing.names(in: prefix.isEmpty ? path : path.appending(split.rawValue))
      {
        guard let (index, copy) = Self.numbers(name) else { continue }
        if copy > 0 { copyCount += 1 }
        if copy == 0 { found[index] = File(split: split, index: index, fileName: prefix + name) }
      }
      if copyCount > 0 {
        warnings.append(
          "\(path): \(copyCount) further copies of samples left out: only copy 0 is taken")
      }
      let ordered = found.values.sorted { $0.index < $1.index }
      let missing = (ordered.last?.index ?? -1) + 1 - ordered.count
      if missing > 0, let first = (0...).first(where: { found[$0] == nil }) {
        let more = missing > 1 ? " and \(missing - 1) more" : ""
        warnings.append("\(path): \(prefix)\(first)_0\(Self.suffix)\(more): missing")
      }
      files += ordered
    }
    self.files = files
    self.warnings = warnings
  }

  private static func numbers(_ name: String) -> (index: Int, copy: Int)? {
    guard name.hasSuffix(suffix) else { return nil }
    let words = name.dropLast(suffix.count).split(
      separator: "_", omittingEmptySubsequences: false)
    guard words.count == 2, let index = Int(words[0]), let copy = Int(words[1]),
      indices.contains(index), copy >= 0, "\(index)_\(copy)\(suffix)" == name
    else { return nil }
    return (index, copy)
  }
}
