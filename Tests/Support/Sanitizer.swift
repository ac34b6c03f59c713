import FoundationEssentials

/// Whether the tests run with a sanitizer, with which the slowest ones try fewer cases.
///
/// `scripts/test_variant.sh` sets the variable.
public let hasSanitizer = ProcessInfo.processInfo.environment["DVS_SANITIZER"] != nil
