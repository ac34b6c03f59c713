internal import Glibc

/// The value of an environment variable; `nil` where it is not set.
package func environmentValue(_ name: String) -> String? {
  // Safe: the text is zero-terminated and copied at once, and nothing changes the environment.
  unsafe getenv(name).map { unsafe String(cString: $0) }
}
