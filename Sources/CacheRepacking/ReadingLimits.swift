internal import CLinux
internal import Glibc

/// What the process may take that reads a file through libhdf5.
package struct ReadingLimits: Equatable, Sendable {
  /// Address space, and bytes of any file that is written.
  package var memoryByteCount: Int
  /// Seconds of a processor.
  package var processorSeconds: Int
  /// Seconds by the clock.
  package var elapsedSeconds: Int

  /// Sets limits.
  package init(memoryByteCount: Int, processorSeconds: Int, elapsedSeconds: Int) {
    self.memoryByteCount = memoryByteCount
    self.processorSeconds = processorSeconds
    self.elapsedSeconds = elapsedSeconds
  }

  /// What a sound file of so many bytes stays far under.
  ///
  /// 1 GiB holds the program, its libraries and the decoded chunks that libhdf5 keeps. The rest is
  /// for a dataset in one chunk, which has to be in memory whole, and for the copy: it is
  /// compressed at level 1, so it is no larger than frames that are not, and where they were
  /// compressed otherwise, not many times larger. A second a MiB is about ten times what frames
  /// take that were compressed to a thirtieth; disks may be slow.
  package init(fileByteCount: Int) {
    let mebibytes = fileByteCount >> 20
    let room = fileByteCount.multipliedReportingOverflow(by: 16)
    memoryByteCount =
      (1 << 30) + (room.overflow ? Int.max / 2 : min(room.partialValue, Int.max / 2))
    processorSeconds = 60 + mebibytes
    elapsedSeconds = 4 * processorSeconds
  }

  /// Limits this process, for ever: memory, time, files, no core dumps; and it ends with the one
  /// that started it.
  package func apply() {
    set(__rlimit_resource_t(RLIMIT_AS.rawValue), memoryByteCount)
    set(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), memoryByteCount)
    set(__rlimit_resource_t(RLIMIT_CPU.rawValue), processorSeconds)
    set(__rlimit_resource_t(RLIMIT_CORE.rawValue), 0)
    _ = CLinux_end_with_parent()
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
