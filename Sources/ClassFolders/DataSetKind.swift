internal import EventData
internal import FileAccess
internal import GestureDataSet
public import SystemPackage

/// The data sets that can be read.
public enum DataSetKind: String, CaseIterable, Sendable {
  /// DVS128 Gesture.
  case gesture
  /// N-MNIST.
  case nmnist
  /// Folders of one's own recordings.
  case own

  /// What a folder looks like, by the names of folders and files in it; `nil` where it looks like
  /// no data set.
  ///
  /// What holds the lists, the folder or the archive of DVS128 Gesture is that, whatever stands
  /// beside them. The others need folders of classes with recordings in them. `train` for `Train`,
  /// or the other way round, is told as what it was meant for: opening the data set says which of
  /// the two is expected.
  public init?(lookingAt path: FilePath) {
    guard path.isDirectory else { return nil }
    if (try? DataSetSource(at: path)) != nil {
      self = .gesture
    } else if let kind = Self.classFolders(in: path) {
      self = kind
    } else {
      return nil
    }
  }

  /// The data set of a name, as caches and checkpoints have it.
  public init?(named name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// What caches and checkpoints call it.
  public var name: String {
    switch self {
    case .gesture: DataSetSchema.gesture.name
    case .nmnist: NMNISTRequest.schema.name
    case .own: OwnDataSetRequest.name
    }
  }

  /// How its folders are named, where they are the classes.
  private var layout: ClassFolderLayout? {
    switch self {
    case .gesture: nil
    case .nmnist: .nmnist
    case .own: .own
    }
  }

  /// Whether its folders are the classes, and each recording is a sample.
  public var hasClassFolders: Bool { layout != nil }

  /// What its folders and recordings are named like, as in `Train/0…9/*.bin`.
  public var pattern: String {
    guard let layout else { return "DvsGesture/" }
    return DataSetSplit.allCases.map(layout.pattern).joined(separator: ", ")
  }

  private static func classFolders(in path: FilePath) -> DataSetKind? {
    let parts = parts(of: path)
    var classNames: [String] = []
    for part in parts.map(path.appending) {
      for name in visibleNames(part) where part.appending(name).isDirectory {
        let files = visibleNames(part.appending(name))
        let isATIS = files.contains { ClassFolderLayout.nmnist.recordingName($0) != nil }
        let isAEDAT = files.contains { ClassFolderLayout.own.recordingName($0) != nil }
        if isATIS != isAEDAT { return isATIS ? .nmnist : .own }
        if isATIS { classNames.append(name) }
      }
    }
    guard !classNames.isEmpty else { return nil }
    // Recordings of both kinds in every class.
    let isCapitalized = parts.contains { $0.first?.isUppercase == true }
    let areDigits = classNames.allSatisfy(NMNISTRequest.schema.classNames.contains)
    return isCapitalized && areDigits ? .nmnist : .own
  }

  /// The folders that are named like those of a part, whatever the case of their letters.
  private static func parts(of path: FilePath) -> [String] {
    visibleNames(path).filter { name in
      DataSetSplit.allCases.contains { $0.rawValue == name.lowercased() }
        && path.appending(name).isDirectory
    }
  }

  /// Names in a folder but for hidden ones; none where it cannot be read.
  fileprivate static func visibleNames(_ folder: FilePath) -> [String] {
    ((try? namesInDirectory(folder)) ?? []).filter { !$0.hasPrefix(".") }
  }
}

/// The folder of a data set, and which one it is.
public struct DataSetFolder: Equatable, Sendable {
  /// The folder.
  public let path: FilePath
  /// What it looks like.
  public let kind: DataSetKind

  /// Looks at a folder; `nil` where it looks like no data set.
  public init?(_ path: FilePath) {
    guard let kind = DataSetKind(lookingAt: path) else { return nil }
    self.path = path
    self.kind = kind
  }

  /// The data set that a path was named instead of: one that it holds, or the nearest that it is a
  /// part of.
  ///
  /// - Parameter path: A folder that is no data set itself, or a file.
  public init?(near path: FilePath) {
    for name in DataSetKind.visibleNames(path) {
      if let found = Self(path.appending(name)) {
        self = found
        return
      }
    }
    // A part, a class of a part, or a recording of a class.
    var folder = path
    for _ in 0..<3 {
      if let last = folder.lastComponent, last.kind == .regular {
        folder = folder.parentDirectory
      } else {
        folder.append("..")
      }
      if let found = Self(folder) {
        self = found
        return
      }
    }
    return nil
  }
}
