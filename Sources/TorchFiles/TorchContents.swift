internal import FileAccess
internal import ZipArchives

/// The members of a file of `torch.save`, checked, and the value of its pickle.
struct TorchContents {
  let value: TorchValue
  let note: String?
  /// Where the bytes of each storage are in the file, by name.
  let storages: [String: Range<Int>]

  /// - Parameter bytes: The whole file.
  init(_ bytes: RawSpan) throws(FileContentError) {
    let kind = FileKind(of: bytes)
    guard kind == .torch || kind == .foreignArchive("a zip archive") else {
      throw FileContentError("", kind.inPlace(of: "a file of torch.save"))
    }
    let directory = try ZipDirectory(bytes)
    let suffix = "/data.pkl"
    let pickles = directory.members.filter { $0.name.hasSuffix(suffix) }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw FileContentError(
        "", "one data.pkl expected, \(pickles.count) found: no file of torch.save")
    }
    let root = pickle.name.dropLast(suffix.utf8.count)
    var (storages, note): ([String: Range<Int>], String?) = ([:], nil)
    for member in directory.members {
      guard !member.isDeflated else {
        throw FileContentError(
          printable(member.name), "a stored member expected, a compressed one found")
      }
      guard member.name.hasPrefix("\(root)/") else {
        throw FileContentError(
          printable(member.name), "a member of the folder \(printable(String(root))) expected")
      }
      let name = member.name.dropFirst(root.count + 1)
      try member.withContent(in: bytes, maximumByteCount: .max) {
        content throws(FileContentError) in
        if name == "byteorder" {
          guard String(decoding: content.copied(), as: UTF8.self) == "little" else {
            throw FileContentError("", "little expected: other orders of bytes are not read")
          }
        } else if name == TorchFile.noteName {
          guard content.byteCount <= TorchFile.maximumNoteByteCount,
            let text = String(validating: content.copied(), as: UTF8.self)
          else { throw FileContentError("", "a text of at most 1 MiB expected") }
          note = text
        }
      }
      if name.hasPrefix("data/") {
        storages[String(name.dropFirst(5))] = member.storedRange
      }
    }
    value = try pickle.withContent(
      in: bytes, maximumByteCount: TorchFile.maximumPickleByteCount
    ) { content throws(FileContentError) in
      try PickleMachine.value(of: content, storageSizes: storages.mapValues(\.count))
    }
    self.storages = storages
    self.note = note
  }
}
