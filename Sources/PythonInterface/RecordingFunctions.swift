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
public func dvskit_recording_take_events(
  _ recording: OpaquePointer?, _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> UnsafeMutablePointer<dvskit_event>? {
  unsafe reporting(to: error, capacity, failed: nil) {
    unsafe try OpenRecording.at(recording).takeEvents()
  }
}

@c @implementation
public func dvskit_free_events(_ events: UnsafeMutablePointer<dvskit_event>?) {
  // Safe: the contract of the interface is that the address is one of `takeEvents()`.
  if let events = unsafe events { unsafe GrowingMemory.free(events) }
}

@c @implementation
public func dvskit_recording_close(_ recording: OpaquePointer?) {
  unsafe OpenRecording.close(recording)
}
