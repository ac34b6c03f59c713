internal import CVersion

/// A version with the commit that was built, as in `0.1.0 (5f410fc)`; without where it is unknown.
package func versionText(_ version: String) -> String {
  // Safe: the C string is a constant, terminated by 0.
  versionText(version, commit: unsafe String(cString: dvskit_commit()))
}

func versionText(_ version: String, commit: String) -> String {
  commit.isEmpty ? version : "\(version) (\(commit))"
}
