package import EventData

extension FrameCache {
  /// Throws unless the cache is a whole one of a data set.
  ///
  /// - Parameter schema: The data set's.
  /// - Throws: ``FrameCacheError`` with code `difference`, which names what differs; with code
  ///   `content` for a shard.
  package func requireWhole(of schema: DataSetSchema) throws(FrameCacheError) {
    guard self.schema == schema else {
      let differences = self.schema.differences(from: schema).joined(separator: ", ")
      throw FrameCacheError(.difference, path, "", "the cache is of \(differences)")
    }
    try requireWhole()
  }
}
