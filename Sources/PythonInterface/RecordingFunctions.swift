// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation
// Names of C, documented in dvskit.h.

public import CDVSKit

@c @implementation
public func dvskit_recording_open(
  _ path: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> OpaquePointer? {
  unsafe reporting(to: error, capacity, failed: nil) {
    unsafe try OpenRecording(try passedPath(path)).pointer()
  }
}

@c @implementation
public func dvskit_recording_description(
  _ recording: OpaquePointer?, _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> UnsafeMutablePointer<CChar>? {
  unsafe reporting(to: error, capacity, failed: nil) {
    unsafe try ownedText(try OpenRecording.at(recording).description.json)
  }
}

@c @implementation
public func dvskit_recording_events(
  _ recording: OpaquePointer?, _ events: UnsafeMutablePointer<dvskit_event>?, _ count: Int64,
  _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int32 {
  unsafe reporting(to: error, capacity, failed: -1) {
    let recording = try unsafe OpenRecording.at(recording)
    guard unsafe events != nil || recording.eventCount == 0, Int64(recording.eventCount) == count
    else {
      throw InterfaceError(
        "room for \(recording.eventCount) events expected, for \(count) found")
    }
    // Safe: the caller's memory has room for `count` events.
    try unsafe recording.copy(into: UnsafeMutableBufferPointer(start: events, count: Int(count)))
    return 0
  }
}

@c @implementation
public func dvskit_recording_close(_ recording: OpaquePointer?) {
  unsafe OpenRecording.close(recording)
}
