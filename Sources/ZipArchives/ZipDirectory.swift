package import FileAccess

/// The members of a zip archive without comment, with 32 or 64 bits for sizes.
///
/// Source: PKWARE's APPNOTE.TXT; stored and deflated members, as NumPy and PyTorch write them.
package struct ZipDirectory: Sendable {
  /// The members, in the order of the archive.
  package let members: [ZipMember]

  /// Reads the directory of an archive.
  ///
  /// - Parameter bytes: The whole archive.
  /// - Throws: ``FileContentError`` if it is cut off, contradicts itself, or uses what is not read.
  package init(_ bytes: RawSpan) throws(FileContentError) {
    let end = try ZipEnd(bytes)
    let range = end.directory
    var entries = ZipEntryReader(bytes, range)
    var members: [ZipMember] = []
    var names: Set<String> = []
    for _ in 0..<end.memberCount {
      let member = try entries.next()
      guard names.insert(member.name).inserted else {
        throw FileContentError(printable(member.name), "the archive has two members of this name")
      }
      members.append(member)
    }
    guard entries.isAtEnd else {
      throw FileContentError(
        "byte \(range.lowerBound)", "the directory has more than \(end.memberCount) members")
    }
    members.sort { $0.offset < $1.offset }
    var lastEnd = 0
    for member in members {
      guard member.offset >= lastEnd else {
        throw FileContentError(printable(member.name), "the member lies in another")
      }
      lastEnd = member.storedRange.upperBound
    }
    guard lastEnd <= range.lowerBound else {
      throw FileContentError(
        printable(members.last?.name ?? ""), "the member reaches into the directory")
    }
    self.members = members
  }

  /// The member of a name; `nil` when there is none.
  package func member(_ name: String) -> ZipMember? { members.first { $0.name == name } }
}
