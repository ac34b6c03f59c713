internal import CVersion

/// What `--version` prints: `dvsprep 0.1.0 (5f410fc)`, or without the commit where it is unknown.
package func versionText(tool: String, version: String) -> String {
  // Safe: the C string is a constant, terminated by 0.
  let commit = unsafe String(cString: dvskit_commit())
  return commit.isEmpty ? "\(tool) \(version)" : "\(tool) \(version) (\(commit))"
}
