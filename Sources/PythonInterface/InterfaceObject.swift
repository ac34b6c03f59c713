internal import Glibc

/// An object that a caller of the C interface owns, until it closes it.
class InterfaceObject {
  /// The process that opened it: after a fork, the child has none of its threads.
  private let process = getpid()

  /// The object's address, for the caller, who owns it from now on.
  final func pointer() -> OpaquePointer {
    unsafe OpaquePointer(Unmanaged.passRetained(self).toOpaque())
  }

  /// The object at an address that the caller passed.
  ///
  /// - Throws: ``InterfaceError`` when it is null, or was opened before a fork.
  static func at(_ pointer: OpaquePointer?) throws(InterfaceError) -> Self {
    guard let pointer = unsafe pointer else {
      throw InterfaceError("an open object expected, NULL found")
    }
    // Safe: the contract of the interface is that the address is one of `pointer()`, still open,
    // and of this type.
    let object = unsafe Unmanaged<Self>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
    guard object.process == getpid() else {
      throw InterfaceError(
        "opened by process \(object.process), before a fork, and used by process \(getpid()): "
          + "open it again in this process")
    }
    return object
  }

  /// Ends the caller's ownership; does nothing after a fork, in a child.
  static func close(_ pointer: OpaquePointer?) {
    // Safe: as in `at`.
    guard let pointer = unsafe pointer, let object = try? unsafe at(pointer) else { return }
    unsafe Unmanaged.passUnretained(object).release()
  }
}
