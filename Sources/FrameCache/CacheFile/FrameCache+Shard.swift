extension FrameCache {
  /// Whether the file has only a part of a cache, which `dvsprep merge` joins with the others.
  public var isShard: Bool { settings.shard != .whole }

  /// Throws if the file has only a part of a cache.
  ///
  /// - Throws: ``FrameCacheError`` with code `content`, which names the shard.
  package func requireWhole() throws(FrameCacheError) {
    guard isShard else { return }
    throw FrameCacheError(
      .content, path, "",
      "a whole cache expected, shard \(settings.shard) found: 'dvsprep merge' makes one of all "
        + "\(settings.shard.count) shards")
  }
}
