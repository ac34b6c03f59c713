internal import AEDAT
internal import EventData

/// How folders of recordings, one a class, are named.
struct ClassFolderLayout: Sendable {
  /// The folder of a part, as in `Train`.
  let folderNames: [DataSetSplit: String]
  /// The classes, by label; `nil` where the folders say them.
  let classNames: [String]?
  /// What a recording's name ends with, as in `.bin`, in letters of any case.
  let suffix: String
  /// How recordings are read.
  let format: any RecordingFormat

  /// N-MNIST.
  static let nmnist = Self(
    folderNames: [.train: "Train", .test: "Test"], classNames: NMNISTRequest.schema.classNames,
    suffix: ".bin", format: ATISFormat())

  /// One's own recordings.
  static let own = Self(
    folderNames: [.train: "train", .test: "test"], classNames: nil, suffix: ".aedat",
    format: AEDATFormat())

  /// The folder of a part.
  func folderName(_ split: DataSetSplit) -> String { folderNames[split] ?? split.rawValue }

  /// What a part of the data set should look like, as in `Train/0…9/*.bin`.
  func pattern(_ split: DataSetSplit) -> String {
    "\(folderName(split))/\(classNames == nil ? "CLASS" : "0…9")/*\(suffix)"
  }

  /// A file's name without its suffix; `nil` where it is no recording's.
  func recordingName(_ fileName: String) -> String? {
    guard fileName.lowercased().hasSuffix(suffix), fileName.count > suffix.count else { return nil }
    return String(fileName.dropLast(suffix.count))
  }
}
