internal import EventData

/// How folders of recordings, one a class, are named.
struct ClassFolderLayout: Sendable {
  /// The folder of a part, as in `Train`.
  let folderNames: [DataSetSplit: String]
  /// The classes, by label; `nil` where the folders say them.
  let classNames: [String]?
  /// What a recording's name ends with, as in `.bin`.
  let suffix: String
  /// How recordings are read.
  let format: any RecordingFormat

  /// What a part of the data set should look like, as in `Train/CLASS/*.bin`.
  func pattern(_ split: DataSetSplit) -> String {
    "\(folderNames[split] ?? "")/\(classNames == nil ? "CLASS" : "0…9")/*\(suffix)"
  }
}
