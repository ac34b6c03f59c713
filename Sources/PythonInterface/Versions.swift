// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation
// Names of C, documented in dvskit.h.

internal import CDVSKit
internal import FrameCache
internal import Glibc

@c @implementation
public func dvskit_interface_version() -> Int32 { 2 }

/// Allocated once, since the caller does not free it.
// Safe: never changed.
private nonisolated(unsafe) let version = unsafe strdup(toolVersion)

@c @implementation
public func dvskit_version() -> UnsafePointer<CChar>? { unsafe UnsafePointer(version) }

@c @implementation
public func dvskit_free_text(_ text: UnsafeMutablePointer<CChar>?) { unsafe free(text) }
