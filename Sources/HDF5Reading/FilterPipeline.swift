/// A filter that is applied to every chunk of a dataset.
package struct HDF5FilterView: Equatable, Sendable {
  /// The filter's registered number.
  package let number: Int
  /// The filter's parameters.
  package let values: [UInt32]

  /// The library's shuffle filter, which stores all low bytes first, then the next ones.
  package static let shuffleNumber = 2
  /// The library's checksum filter, Fletcher-32.
  package static let fletcher32Number = 3

  private static let maximumCount = 32

  /// Reads all filters, in the order in which a writer applies them.
  ///
  /// Source: HDF5 File Format Specification, IV.A.2.l "The Data Storage - Filter Pipeline Message",
  /// version 2.
  static func pipeline(
    _ view: HDF5View, _ body: Range<Int>, of object: String
  ) throws(HDF5ReadingError) -> [HDF5FilterView] {
    var reader = try view.piece(body, "filter pipeline", of: object)
    let version = try reader.byte()
    guard version == 2 else {
      throw reader.location.outsideSubset("a filter pipeline of version \(version)")
    }
    let count = try reader.byte()
    guard count <= maximumCount else { throw reader.location.damaged("\(count) filters") }
    var result: [HDF5FilterView] = []
    for _ in 0..<count {
      let number = try reader.short()
      // The library's own filters have no names.
      let nameByteCount = number < 256 ? 0 : try reader.short()
      try reader.skip(2)
      let valueCount = try reader.short()
      try reader.skip(nameByteCount)
      var values: [UInt32] = []
      for _ in 0..<valueCount { values.append(try reader.integer()) }
      result.append(HDF5FilterView(number: number, values: values))
    }
    return result
  }
}
