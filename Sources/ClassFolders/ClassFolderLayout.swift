internal import AEDAT
internal import EventData
internal import FileAccess
internal import RecordingFormats
internal import SystemPackage

/// Naming of a data set with one folder of recordings per class.
struct ClassFolderLayout: Sendable {
  /// The folder of each split, as in `Train`.
  let folderNames: [DataSetSplit: String]
  /// The class names, by label; `nil` when the folders define them.
  let classNames: [String]?
  /// The suffixes of recordings, as in `.bin`; case-insensitive.
  let suffixes: [String]
  /// The names of recordings without their suffixes; `nil` for any.
  let names: NumberedNames?
  /// The format of the recordings; `nil` when each one's content decides.
  let format: (any RecordingFormat)?

  /// N-MNIST.
  static let nmnist = Self(
    folderNames: [.train: "Train", .test: "Test"], classNames: NMNISTRequest.schema.classNames,
    suffixes: [".bin"], names: nil, format: ATISFormat())

  /// CIFAR10-DVS, whose files' names tell their split.
  static let cifar10DVS = Self(
    folderNames: [.train: ""], classNames: CIFAR10DVSRequest.schema.classNames,
    suffixes: [".aedat"], names: CIFAR10DVSRequest.names, format: AEDAT2Format.cifar10DVS)

  /// The user's own recordings.
  static let own = Self(
    folderNames: [.train: "train", .test: "test"], classNames: nil,
    suffixes: [".aedat", ".aedat4", ".raw", ".dat", ".npz", ".npy", ".txt", ".csv"], names: nil,
    format: nil)

  /// The user's own recordings without a split: the class folders alone.
  static let undivided = Self(
    folderNames: [.train: ""], classNames: nil, suffixes: own.suffixes, names: nil, format: nil)

  /// Whether the class folders lie in folders of the splits.
  var isDivided: Bool { folderNames.count > 1 }

  /// The splits that have a folder.
  var splits: [DataSetSplit] { DataSetSplit.allCases.filter { folderNames[$0] != nil } }

  /// The expected paths of all splits, as in `train/CLASS/*, test/CLASS/*`.
  var patterns: String { splits.map(pattern).joined(separator: ", ") }

  /// The path of a split relative to the data set, with `/` at its end; empty for undivided
  /// folders.
  func prefix(_ split: DataSetSplit) -> String {
    isDivided ? folderName(split) + "/" : ""
  }

  /// The folder of a split.
  func folderName(_ split: DataSetSplit) -> String { folderNames[split] ?? split.rawValue }

  /// The expected paths of a split, as in `Train/0…9/*.bin`.
  func pattern(_ split: DataSetSplit) -> String {
    "\(prefix(split))\(classPattern)/\(filePattern)"
  }

  /// The expected names of class folders, as in `0…9`.
  private var classPattern: String {
    guard let first = classNames?.first, let last = classNames?.last else { return "CLASS" }
    return "\(first)…\(last)"
  }

  /// The expected names of recordings, as in `*.bin`; any where the content decides.
  private var filePattern: String {
    suffixes.count == 1 ? "\(names?.pattern ?? "*")\(suffixes[0])" : "*"
  }

  /// What the files in class folders are expected to be.
  var fileDescription: String { suffixes.count == 1 ? filePattern : "recordings" }

  /// The name without its suffix of a recording in a class's folder; `nil` for other files.
  func recordingName(_ fileName: String, ofClass className: String) -> String? {
    guard let name = recordingName(fileName) else { return nil }
    guard let names, names.number(in: name, ofClass: className) == nil else { return name }
    return nil
  }

  /// A file's name without the suffix of a recording; `nil` for other files.
  func recordingName(_ fileName: String) -> String? {
    let lowercased = fileName.lowercased()
    guard let suffix = suffixes.first(where: lowercased.hasSuffix),
      fileName.count > suffix.count
    else { return nil }
    return String(fileName.dropLast(suffix.count))
  }

  /// Whether a file in a folder is a recording, judged by its name; if other files have such names,
  /// by its first bytes, too.
  func isRecording(_ fileName: String, in folder: FilePath) -> Bool {
    guard recordingName(fileName) != nil else { return false }
    return !Self.isAmbiguous(fileName)
      || (try? FileKind(at: folder.appending(fileName)))?.isRecording == true
  }

  /// Whether files with the suffix of a name are often no recordings, but notes, pictures, tables
  /// or frames.
  private static func isAmbiguous(_ fileName: String) -> Bool {
    isText(fileName)
      || [".raw", ".dat", ".npz", ".npy"].contains(where: fileName.lowercased().hasSuffix)
  }

  /// Whether a file's name is that of a text.
  static func isText(_ fileName: String) -> Bool {
    [".txt", ".csv"].contains(where: fileName.lowercased().hasSuffix)
  }

  /// The format of a recording.
  ///
  /// - Returns: `nil` for a file whose name does not tell what it is, and whose content is no
  ///   recording, such as notes or a table of four other columns.
  /// - Throws: ``EventData/DataSetError`` if it cannot be opened, or is a recording that cannot be
  ///   read.
  func format(of path: FilePath) throws(DataSetError) -> (any RecordingFormat)? {
    if let format { return format }
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path) } catch { throw DataSetError(error) }
    return try file.withBytes { bytes throws(DataSetError) in
      if FileKind(of: bytes) == .eventText {
        return isTextOfEvents(bytes, path) ? try recordingFormat(of: bytes, path) : nil
      }
      if let format = try recordingFormat(of: bytes, path) { return format }
      if Self.isAmbiguous(path.lastComponent?.string ?? "") { return nil }
      if path.extension?.lowercased() == "aedat" { return AEDATFormat() }
      throw missingRecording(in: bytes, path)
    }
  }
}
