// Keeps a fault in one panel from taking the page with it.
import { Component, type ReactNode } from 'react'

interface GuardProps {
  /** What the panel is called in the message. */
  name: string
  children: ReactNode
}

export class Guard extends Component<GuardProps, { fault: string | null }> {
  override state: { fault: string | null } = { fault: null }

  static getDerivedStateFromError(error: unknown): { fault: string } {
    return { fault: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    const { fault } = this.state
    if (fault === null) return this.props.children
    return (
      <div className="empty" role="alert">
        <p>
          <b>{this.props.name} could not be shown.</b>
        </p>
        <p>{fault}</p>
        <button className="quiet-button" onClick={() => this.setState({ fault: null })}>
          Try again
        </button>
      </div>
    )
  }
}
