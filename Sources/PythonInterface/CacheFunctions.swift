// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation
// Names of C, documented in dvskit.h.

internal import CDVSKit
internal import FrameCache

@c @implementation
public func dvskit_cache_open(
  _ path: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> OpaquePointer? {
  unsafe reporting(to: error, capacity, failed: nil) {
    let cache = try unsafe FrameCache(opening: try passedPath(path))
    try cache.requireWhole()
    return unsafe OpenCache(cache).pointer()
  }
}

@c @implementation
public func dvskit_cache_close(_ cache: OpaquePointer?) { unsafe OpenCache.close(cache) }

@c @implementation
public func dvskit_cache_description(
  _ cache: OpaquePointer?, _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> UnsafeMutablePointer<CChar>? {
  unsafe reporting(to: error, capacity, failed: nil) {
    unsafe try ownedText(try OpenCache.at(cache).description.json)
  }
}

@c @implementation
public func dvskit_cache_integers(
  _ cache: OpaquePointer?, _ split: Int32, _ column: UnsafePointer<CChar>?,
  _ values: UnsafeMutablePointer<Int64>?, _ count: Int64,
  _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int32 {
  unsafe reporting(to: error, capacity, failed: -1) {
    let found = try unsafe OpenCache.at(cache).integers(
      try passedText(column, "a column"), of: try OpenCache.split(split))
    guard Int64(found.count) == count else {
      throw InterfaceError("room for \(found.count) integers expected, for \(count) found")
    }
    // Safe: the caller's memory has room for `count` integers.
    for (index, value) in found.enumerated() { unsafe values?[index] = value }
    return 0
  }
}

@c @implementation
public func dvskit_cache_texts(
  _ cache: OpaquePointer?, _ split: Int32, _ column: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> UnsafeMutablePointer<CChar>? {
  unsafe reporting(to: error, capacity, failed: nil) {
    let found = try unsafe OpenCache.at(cache).texts(
      try passedText(column, "a column"), of: try OpenCache.split(split))
    return unsafe try ownedText(JSONValue.texts(found).json)
  }
}

@c @implementation
public func dvskit_cache_frames(
  _ cache: OpaquePointer?, _ split: Int32, _ sample: Int64, _ type: Int32,
  _ frames: UnsafeMutableRawPointer?, _ byteCount: Int64,
  _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int32 {
  unsafe reporting(to: error, capacity, failed: -1) {
    let object = try unsafe OpenCache.at(cache)
    let sample = try object.sample(try OpenCache.split(split), sample)
    try unsafe object.decode(
      sample, as: BatchElementType(interfaceNumber: type),
      into: passedMemory(frames, byteCount: byteCount))
    return 0
  }
}
