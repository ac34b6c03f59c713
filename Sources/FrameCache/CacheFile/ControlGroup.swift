internal import FileAccess
internal import SystemPackage

/// The control groups of this process, of version 1 or 2.
struct ControlGroup {
  private let membership: String
  private let root: FilePath

  /// - Parameters:
  ///   - membership: The content of `/proc/self/cgroup`.
  ///   - root: Where control groups are mounted.
  init(membership: String, root: FilePath) {
    self.membership = membership
    self.root = root
  }

  /// Those of this process; none where the system does not show them.
  init() {
    self.init(membership: Self.text("/proc/self/cgroup") ?? "", root: "/sys/fs/cgroup")
  }

  /// The smallest memory limit of the groups and those above them, in bytes; `nil` for none.
  var memoryByteCount: Int? {
    var limits: [Int] = []
    for line in membership.split(separator: "\n") {
      // As in `0::/user.slice` (version 2) or `4:memory:/job_7` (version 1).
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",")
      let (folder, file): (FilePath, String)
      if fields[0] == "0" && controllers.isEmpty {
        (folder, file) = (root, "memory.max")
      } else if controllers.contains("memory") {
        (folder, file) = (root.appending("memory"), "memory.limit_in_bytes")
      } else {
        continue
      }
      // In a container, the group's own files may be at the root, and its path unknown there.
      let names = fields[2].split(separator: "/").filter { $0 != ".." }
      for depth in 0...names.count {
        let group = folder.appending(names.prefix(depth).joined(separator: "/"))
        // `max` means no limit, as does a number near 2^63.
        if let text = Self.text(group.appending(file)),
          let limit = Int(text.filter(\.isNumber)), limit < 1 << 60
        {
          limits.append(limit)
        }
      }
    }
    return limits.min()
  }

  /// The first 4096 bytes of a file that has no size, as those in `/proc`.
  private static func text(_ path: FilePath) -> String? {
    guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else {
      return nil
    }
    defer { try? file.close() }
    var bytes = [UInt8](repeating: 0, count: 4096)
    // Safe: the call writes at most the array's bytes.
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      (try? unsafe file.read(into: buffer)) ?? 0
    }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
