// Short messages at the foot of the page; screen readers hear them.
import { dismiss, useApp } from '../state/app-state.ts'

export function Notices() {
  const notices = useApp((state) => state.notices)
  const loading = useApp((state) => state.loading)
  return (
    <div className="notices" role="status" aria-live="polite">
      {loading !== null && loading !== '' && (
        <p className="notice bad">{loading} Trying again every two seconds.</p>
      )}
      {notices.map((notice) => (
        <p key={notice.id} className={`notice ${notice.tone}`}>
          {notice.text}
          <button className="quiet-button" aria-label="Dismiss" onClick={() => dismiss(notice.id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  )
}
