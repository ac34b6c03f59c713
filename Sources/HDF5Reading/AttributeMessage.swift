/// An attribute: its type, its extents and the location of its values.
///
/// Source: HDF5 File Format Specification, IV.A.2.m "The Attribute Message", version 3.
struct AttributeMessage {
  let datatype: Datatype
  let dataspace: Dataspace
  /// The byte range of the values in the file, to the end of the message.
  let content: Range<Int>

  /// Reads an attribute.
  ///
  /// - Returns: `nil` if it has another name.
  init?(
    _ view: HDF5View, _ body: Range<Int>, named name: [UInt8], _ object: String
  ) throws(HDF5ReadingError) {
    var reader = try view.piece(body, "attribute", of: object)
    let version = try reader.byte()
    guard version == 3 else {
      throw reader.location.outsideSubset("an attribute of version \(version)")
    }
    let flags = try reader.byte()
    let nameByteCount = try reader.short()
    let datatypeByteCount = try reader.short()
    let dataspaceByteCount = try reader.short()
    try reader.skip(1)
    // The name ends with a zero.
    guard try reader.matches(name + [0], byteCount: nameByteCount) else { return nil }
    guard flags == 0 else {
      throw reader.location.outsideSubset("a shared or committed datatype of an attribute")
    }
    var part = try view.piece(
      try reader.range(datatypeByteCount), "attribute's datatype", of: object)
    datatype = try Datatype(&part)
    part = try view.piece(
      try reader.range(dataspaceByteCount), "attribute's dataspace", of: object)
    dataspace = try Dataspace(&part)
    content = try reader.range(reader.remainingCount)
  }

  /// Checks the number of values.
  func requireCount(_ count: Int, _ object: String) throws(HDF5ReadingError) {
    let found = dataspace.elementCount
    guard found == count else {
      throw HDF5ReadingError(
        .unexpected, object,
        "\(count) values expected, \(found.map(String.init) ?? "more than can be counted") found")
    }
  }
}
