internal import Glibc
public import SystemPackage

/// An advisory lock (`flock`) on an open file or folder.
///
/// Not every file system has locks: Lustre as many clusters mount it answers ENOSYS, NFS without a
/// lock daemon ENOLCK, others EOPNOTSUPP; NFSv4 refuses an exclusive lock on what is open for
/// reading only with EBADF. Work continues there, without protection against a second process.
public enum FileLock: Equatable, Sendable {
  /// Held by this process until the descriptor is closed.
  case acquired
  /// Held by another process.
  case heldElsewhere
  /// The file system has no locks; the error says how it answered.
  case unsupported(Errno)

  /// Asks for the exclusive lock, without waiting for another process to release it.
  ///
  /// - Throws: The system's error when it is none of the above.
  public init(exclusively descriptor: FileDescriptor) throws(Errno) {
    while flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 {
      switch Errno(rawValue: Glibc.errno) {
      case .interrupted: continue
      case .wouldBlock:
        self = .heldElsewhere
        return
      case let error where Self.unsupportedErrors.contains(error):
        self = .unsupported(error)
        return
      case let error: throw error
      }
    }
    self = .acquired
  }

  private static let unsupportedErrors: [Errno] = [
    .noFunction, .noLocks, .notSupported, .notSupportedOnSocket, .badFileDescriptor,
  ]
}
