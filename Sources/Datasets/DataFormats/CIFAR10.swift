extension DataFormat where Self == CIFARFormat {
    /// CIFAR-10: records of a label and an image.
    static var cifar10: Self {
        CIFARFormat(
            contents: "CIFAR-10's data_batch_1.bin to data_batch_5.bin and test_batch.bin",
            unpacked: "cifar-10-batches-bin", labelBytes: 1, classes: 10, classNames: "batches.meta.txt",
            files: [.train: (1...5).map { "data_batch_\($0).bin" }, .test: ["test_batch.bin"]])
    }
}
