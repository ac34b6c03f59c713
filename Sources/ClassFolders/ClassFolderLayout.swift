internal import AEDAT
internal import EventData

/// Naming of a data set with one folder of recordings per class.
struct ClassFolderLayout: Sendable {
  /// The folder of each split, as in `Train`.
  let folderNames: [DataSetSplit: String]
  /// The class names, by label; `nil` when the folders define them.
  let classNames: [String]?
  /// The suffix of recordings, as in `.bin`; case-insensitive.
  let suffix: String
  /// The format of the recordings.
  let format: any RecordingFormat

  /// N-MNIST.
  static let nmnist = Self(
    folderNames: [.train: "Train", .test: "Test"], classNames: NMNISTRequest.schema.classNames,
    suffix: ".bin", format: ATISFormat())

  /// The user's own recordings.
  static let own = Self(
    folderNames: [.train: "train", .test: "test"], classNames: nil, suffix: ".aedat",
    format: AEDATFormat())

  /// The folder of a split.
  func folderName(_ split: DataSetSplit) -> String { folderNames[split] ?? split.rawValue }

  /// The expected paths of a split, as in `Train/0…9/*.bin`.
  func pattern(_ split: DataSetSplit) -> String {
    "\(folderName(split))/\(classNames == nil ? "CLASS" : "0…9")/*\(suffix)"
  }

  /// A recording's name without its suffix; `nil` for other files.
  func recordingName(_ fileName: String) -> String? {
    guard fileName.lowercased().hasSuffix(suffix), fileName.count > suffix.count else { return nil }
    return String(fileName.dropLast(suffix.count))
  }
}
