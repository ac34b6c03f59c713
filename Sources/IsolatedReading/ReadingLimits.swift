internal import CLinux
internal import Glibc

/// Limits of the process that reads a file through libhdf5.
package struct ReadingLimits: Equatable, Sendable {
  /// Maximum address space, and maximum size of any file it writes, in bytes.
  package var memoryByteCount: Int
  /// Maximum processor time in seconds.
  package var processorSeconds: Int
  /// Maximum wall-clock time in seconds.
  package var elapsedSeconds: Int

  /// Creates limits.
  package init(memoryByteCount: Int, processorSeconds: Int, elapsedSeconds: Int) {
    self.memoryByteCount = memoryByteCount
    self.processorSeconds = processorSeconds
    self.elapsedSeconds = elapsedSeconds
  }

  /// Creates limits far above what a valid file of `fileByteCount` bytes needs.
  ///
  /// 1 GiB is for the program, its libraries and libhdf5's decoded chunks. The rest is for a
  /// dataset in a single chunk, which must be in memory as a whole, and for the copy, whose frames
  /// are compressed at level 1: it is not larger than uncompressed frames, and not many times
  /// larger than frames compressed otherwise. A second for each MiB is about ten times the time for
  /// frames compressed to 1/30; disks may be slow.
  ///
  /// - Parameters:
  ///   - fileByteCount: The size of the file, or of all files.
  ///   - secondsPerMebibyte: Processor time for each MiB of it.
  package init(fileByteCount: Int, secondsPerMebibyte: Int = 1) {
    let mebibytes = fileByteCount >> 20
    let room = fileByteCount.multipliedReportingOverflow(by: 16)
    memoryByteCount =
      (1 << 30) + (room.overflow ? Int.max / 2 : min(room.partialValue, Int.max / 2))
    processorSeconds = 60 + secondsPerMebibyte * mebibytes
    elapsedSeconds = 4 * processorSeconds
  }

  /// Limits this process, permanently: memory, time, file size, no core dumps.
  ///
  /// The process also ends when its parent does.
  package func apply() {
    set(__rlimit_resource_t(RLIMIT_AS.rawValue), memoryByteCount)
    set(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), memoryByteCount)
    set(__rlimit_resource_t(RLIMIT_CPU.rawValue), processorSeconds)
    set(__rlimit_resource_t(RLIMIT_CORE.rawValue), 0)
    _ = CLinux_end_with_parent()
  }

  /// The limits of memory and processor time as options of the reading process's command.
  package var arguments: [String] {
    ["--memory", "\(memoryByteCount)", "--seconds", "\(processorSeconds)"]
  }

  private func set(_ resource: __rlimit_resource_t, _ value: Int) {
    var limit = rlimit()
    // Safe: both calls use one structure of this type.
    guard unsafe getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_max = min(limit.rlim_max, rlim_t(value))
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(resource, &limit)
  }
}
