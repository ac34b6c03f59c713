import FoundationEssentials

/// Whether cases that are slow on an emulated GPU run: only if `DVS_LONG_TESTS` is set, as
/// `make check-long` does.
let runsLongTests = ProcessInfo.processInfo.environment["DVS_LONG_TESTS"] != nil
