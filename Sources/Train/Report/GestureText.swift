internal import GestureDataSet

/// The name of a label 0 to 10.
package func gestureName(_ label: Int) -> String { Gesture(rawValue: label + 1)?.name ?? "?" }

/// The class of a label 0 to 10 with its number in label files, as in `4 right_arm_clockwise`.
package func gestureText(_ label: Int) -> String { "\(label + 1) \(gestureName(label))" }
