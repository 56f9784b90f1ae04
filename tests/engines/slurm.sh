# Starts Slurm on this host, without systemd: munged, slurmctld and slurmd are processes of the script that includes this file, which
# ends the `processes`.

# Debian has the daemons in a folder that is not in every PATH.
export PATH="$PATH:/usr/sbin"

start_slurm() {
    local folder=$1 host
    host=$(hostname -s)
    # munged wants every user to reach its socket.
    chmod 755 "$(dirname "$folder")"
    mkdir -p "$folder/state" "$folder/spool"
    head -c 1024 /dev/urandom >"$folder/munge.key"
    chmod 600 "$folder/munge.key"
    cat >"$folder/slurm.conf" <<END
ClusterName=ci
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=ci Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
    export SLURM_CONF=$folder/slurm.conf
    munged --foreground --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
        --seed-file="$folder/munge.seed" --log-file="$folder/munged.log" 2>/dev/null &
    processes+=($!)
    until [ -S "$folder/munge.socket" ]; do sleep 0.1; done
    slurmctld -D >"$folder/slurmctld.log" 2>&1 &
    processes+=($!)
    slurmd -D -N "$host" >"$folder/slurmd.log" 2>&1 &
    processes+=($!)
    for _ in $(seq 600); do
        if sinfo --noheader --format=%T 2>/dev/null | grep -qx idle; then return; fi
        sleep 0.2
    done
    echo "Slurm has not started" >&2
    tail -n 20 "$folder"/*.log >&2
    return 1
}

# Waits until no job is left.
wait_for_jobs() {
    for _ in $(seq 1500); do
        if [ -z "$(squeue --noheader)" ]; then return; fi
        sleep 0.2
    done
    squeue
    return 1
}
