internal import Synchronization

/// Runs the work of one simulation on the thread that asks for it, always in the same order.
///
/// Nothing runs beside it, so that once nothing is left to run, everything waits for something.
final class SimulationExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs until nothing is left to run.
    func drain() {
        while true {
            let due = jobs.withLock { jobs in
                defer { jobs.removeAll(keepingCapacity: true) }
                return jobs
            }
            if due.isEmpty { return }
            for job in due { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
    }
}
