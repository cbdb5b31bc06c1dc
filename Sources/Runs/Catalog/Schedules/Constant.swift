import Optim

extension ScheduleDescriptor {
    public static let constant = ScheduleDescriptor("constant", "the same rate at every step") {
        .constant($0.learningRate)
    }
}
