internal import EventData
internal import FileAccess
internal import GestureDataSet
public import SystemPackage

/// The kinds of data sets that can be read; the raw values are their names in options.
public enum DataSetKind: String, CaseIterable, Sendable {
  /// DVS128 Gesture.
  case gesture = "dvs128-gesture"
  /// N-MNIST.
  case nmnist
  /// CIFAR10-DVS.
  case cifar10DVS = "cifar10-dvs"
  /// The user's own recordings, in folders of classes or with a table of labels.
  case own

  /// Detects the kind of data set in a folder, by the names in it, or of a table of labels; `nil`
  /// when it is not a data set.
  ///
  /// A folder with the lists, the folder or the archive of DVS128 Gesture is that, regardless of
  /// other files in it. The other kinds need class folders with recordings, or a table of labels;
  /// beside a table, undivided class folders are not looked at.
  /// The case of `train` and `Train` is ignored: opening the data set reports the spelling that is
  /// expected.
  public init?(lookingAt path: FilePath) {
    guard path.isDirectory else {
      guard LabelTable.isTable(path) else { return nil }
      self = .own
      return
    }
    if (try? DataSetSource(at: path)) != nil {
      self = .gesture
    } else if let kind = Self.classFolders(in: path) {
      self = kind
    } else if LabelTable.path(in: path) != nil {
      self = .own
    } else if Self.hasClassOfCIFAR10DVS(path) {
      self = .cifar10DVS
    } else {
      return nil
    }
  }

  /// Whether a file has the name of a table of labels and is a text, so that its defects as a table
  /// are to be reported.
  public static func isNamedAsTable(_ path: FilePath) -> Bool {
    guard let suffix = path.extension?.lowercased(), LabelTable.suffixes.contains(suffix),
      let kind = try? FileKind(at: path)
    else { return false }
    // Text in UTF-16 looks like other data.
    return [.text, .empty, .other].contains(kind)
  }

  /// The kind with the name stored in caches and checkpoints.
  public init?(named name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// The data set's name in caches and checkpoints.
  public var name: String {
    switch self {
    case .gesture: DataSetSchema.gesture.name
    case .nmnist: NMNISTRequest.schema.name
    case .cifar10DVS: CIFAR10DVSRequest.schema.name
    case .own: OwnDataSetRequest.name
    }
  }

  /// The naming of its class folders; `nil` when it has none.
  private var layout: ClassFolderLayout? {
    switch self {
    case .gesture: nil
    case .nmnist: .nmnist
    case .cifar10DVS: .cifar10DVS
    case .own: .own
    }
  }

  /// Whether it has class folders, in which each recording is a sample.
  public var hasClassFolders: Bool { layout != nil }

  /// The expected paths of its recordings, as in `Train/0…9/*.bin`.
  public var pattern: String {
    guard let layout else { return "DvsGesture/" }
    return layout.patterns
  }

  /// Whether a folder has class folders in folders of the splits.
  static func hasClassFolders(_ path: FilePath) -> Bool { classFolders(in: path) != nil }

  /// Whether a folder has folders of recordings that could be classes, without a split.
  public static func hasUndividedClasses(_ path: FilePath) -> Bool {
    parts(of: path).isEmpty
      && visibleNames(path).contains { name in
        let folder = path.appending(name)
        return folder.isDirectory
          && visibleNames(folder).contains { ClassFolderLayout.own.isRecording($0, in: folder) }
      }
  }

  /// Whether a folder has a class of CIFAR10-DVS with a recording.
  private static func hasClassOfCIFAR10DVS(_ path: FilePath) -> Bool {
    CIFAR10DVSRequest.schema.classNames.contains { className in
      visibleNames(path.appending(className)).contains {
        ClassFolderLayout.cifar10DVS.recordingName($0, ofClass: className) != nil
      }
    }
  }

  private static func classFolders(in path: FilePath) -> DataSetKind? {
    let parts = parts(of: path)
    var classNames: [String] = []
    for part in parts.map(path.appending) {
      for name in visibleNames(part) where part.appending(name).isDirectory {
        let files = visibleNames(part.appending(name))
        let isATIS = files.contains { ClassFolderLayout.nmnist.recordingName($0) != nil }
        let isOwn = files.contains {
          ClassFolderLayout.own.isRecording($0, in: part.appending(name))
        }
        if isATIS != isOwn { return isATIS ? .nmnist : .own }
        if isATIS { classNames.append(name) }
      }
    }
    guard !classNames.isEmpty else { return nil }
    // Every class folder has recordings of both formats: decide by the names of the folders.
    let isCapitalized = parts.contains { $0.first?.isUppercase == true }
    let areDigits = classNames.allSatisfy(NMNISTRequest.schema.classNames.contains)
    return isCapitalized && areDigits ? .nmnist : .own
  }

  /// The folders named like a split, ignoring case.
  static func parts(of path: FilePath) -> [String] {
    visibleNames(path).filter { name in
      DataSetSplit.allCases.contains { $0.rawValue == name.lowercased() }
        && path.appending(name).isDirectory
    }
  }

  /// The names in a folder except hidden ones; empty when it cannot be read.
  static func visibleNames(_ folder: FilePath) -> [String] {
    ((try? namesInDirectory(folder)) ?? []).filter { !$0.hasPrefix(".") }
  }
}
