internal import EventData
internal import FileAccess
public import SystemPackage

/// The data sets whose folders are the classes.
public enum ClassFolderKind: String, CaseIterable, Sendable {
  /// N-MNIST.
  case nmnist
  /// Folders of one's own recordings.
  case own

  /// What a folder looks like, by the names of folders and files in it; `nil` where it has no
  /// folders of a training and a test part.
  ///
  /// `train` for `Train`, or the other way round, is told as what it was meant for: opening the
  /// data set says which of the two is expected.
  public init?(lookingAt path: FilePath) {
    let parts = Self.parts(of: path)
    guard !parts.isEmpty else { return nil }
    let isCapitalized = parts.contains { $0.first?.isUppercase == true }
    var classNames: [String] = []
    for part in parts.map(path.appending) {
      for name in Self.visibleNames(part) where part.appending(name).isDirectory {
        classNames.append(name)
        let files = Self.visibleNames(part.appending(name))
        let isATIS = files.contains { ClassFolderLayout.nmnist.recordingName($0) != nil }
        let isAEDAT = files.contains { ClassFolderLayout.own.recordingName($0) != nil }
        if isATIS != isAEDAT {
          self = isATIS ? .nmnist : .own
          return
        }
      }
    }
    let areDigits =
      !classNames.isEmpty && classNames.allSatisfy(NMNISTRequest.schema.classNames.contains)
    self = isCapitalized && areDigits ? .nmnist : .own
  }

  /// How its folders are named.
  var layout: ClassFolderLayout { self == .nmnist ? .nmnist : .own }

  /// What its folders and recordings are named like, as in `Train/0…9/*.bin`.
  public var pattern: String {
    DataSetSplit.allCases.map(layout.pattern).joined(separator: ", ")
  }

  /// The folders that are named like those of a part, whatever the case of their letters.
  private static func parts(of path: FilePath) -> [String] {
    visibleNames(path).filter { name in
      DataSetSplit.allCases.contains { $0.rawValue == name.lowercased() }
        && path.appending(name).isDirectory
    }
  }

  /// Names in a folder but for hidden ones; none where it cannot be read.
  private static func visibleNames(_ folder: FilePath) -> [String] {
    ((try? namesInDirectory(folder)) ?? []).filter { !$0.hasPrefix(".") }
  }
}

/// The data set that a folder was named instead of: one that it holds, or one that it is a part of.
///
/// - Parameters:
///   - path: The folder, which is no data set itself.
///   - isDataSet: Says what is one.
public func dataSetFolder(near path: FilePath, where isDataSet: (FilePath) -> Bool) -> FilePath? {
  let inside = ((try? namesInDirectory(path)) ?? []).filter { !$0.hasPrefix(".") }
    .map(path.appending)
  if let found = inside.first(where: { $0.isDirectory && isDataSet($0) }) { return found }
  // A part, a class of a part, or a recording of a class.
  var folder = path
  for _ in 0..<3 {
    if let last = folder.lastComponent, last.kind == .regular {
      folder = folder.parentDirectory
    } else {
      folder.append("..")
    }
    if isDataSet(folder) { return folder }
  }
  return nil
}
