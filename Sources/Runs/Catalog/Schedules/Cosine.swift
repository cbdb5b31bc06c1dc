import Optim

extension ScheduleDescriptor {
    public static let cosine = ScheduleDescriptor("cosine", "half a cosine from the rate to 0") {
        .cosine($0.learningRate)
    }
}
